import { styleText } from 'node:util';

export interface Terminal {
  /** Whole lines, as they are. */
  print(text: string): void;
  /** One line of a process's output, with its name before it. */
  printFrom(name: string, text: string): void;
  /** A small heading and its value, in columns. */
  printPair(heading: string, value: string): void;
  dim(text: string): string;
  bold(text: string): string;
}

const nameWidth = 8;
const headingWidth = 12;

export function createTerminal(output: { write(text: string): unknown; isTTY?: boolean }, colours: boolean): Terminal {
  const style = (format: 'dim' | 'bold', text: string): string => (colours ? styleText(format, text) : text);
  const print = (text: string): void => void output.write(`${text}\n`);
  return {
    print,
    printFrom: (name, text) => print(`${style('dim', `${name.padStart(nameWidth)} │`)} ${text}`),
    printPair: (heading, value) => print(`  ${style('dim', heading.padEnd(headingWidth))}${value}`),
    dim: (text) => style('dim', text),
    bold: (text) => style('bold', text),
  };
}
