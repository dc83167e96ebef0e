import { refuse, type Answer } from '../openai-error.js';

/** What one query parameter may be. */
export type ParameterRule =
  | { type: 'integer'; min?: number; max?: number; isRequired?: boolean }
  | { type: 'text' }
  | { type: 'boolean' }
  | { type: 'choice'; of: readonly string[] }
  | { type: 'list'; of?: readonly string[] };

export type ParameterRules = Readonly<Record<string, ParameterRule>>;

/** The parameters that were given, read and checked. */
export interface Query {
  integer(name: string): number | undefined;
  text(name: string): string | undefined;
  boolean(name: string): boolean | undefined;
  /** Empty when it was not given. */
  list(name: string): readonly string[];
}

/**
 * Reads a query by its rules, or answers the 400 of OpenAI for the first parameter that breaks one. Lists are taken in
 * both styles that OpenAI itself uses, `name=a&name=b` and `name[]=a&name[]=b`. A parameter without a rule is refused,
 * stricter than a web server would be: a misspelled filter silently ignored reports too much.
 */
export function readQuery(given: URLSearchParams, rules: ParameterRules): Query | Answer {
  const values = new Map<string, string[]>();
  for (const [key, value] of given) {
    const name = rules[key] === undefined && key.endsWith('[]') ? key.slice(0, -2) : key;
    const rule = rules[name];
    if (!rule || (name !== key && rule.type !== 'list'))
      return invalid(`Unknown parameter: '${key}'.`, key, 'unknown_parameter');
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  for (const [name, rule] of Object.entries(rules)) {
    const refusal = check(name, rule, values.get(name));
    if (refusal) return refusal;
  }
  const first = (name: string): string | undefined => values.get(name)?.[0];
  return {
    integer: (name) => (first(name) === undefined ? undefined : Number(first(name))),
    text: first,
    boolean: (name) => (first(name) === undefined ? undefined : first(name) === 'true'),
    list: (name) => values.get(name) ?? [],
  };
}

/** True for the refusal that `readQuery` may answer instead of a query. */
export function isAnswer(value: object): value is Answer {
  return 'status' in value;
}

function check(name: string, rule: ParameterRule, values: readonly string[] | undefined): Answer | null {
  if (values === undefined) {
    const isMissing = rule.type === 'integer' && rule.isRequired === true;
    return isMissing ? invalid(`Missing required parameter: '${name}'.`, name, 'missing_required_parameter') : null;
  }
  if (rule.type !== 'list' && values.length > 1) {
    return invalid(`Invalid type for '${name}': expected one value, but got an array.`, name, 'invalid_type');
  }
  const [value = ''] = values;
  if (rule.type === 'integer') return checkInteger(name, rule, value);
  if (rule.type === 'boolean' && value !== 'true' && value !== 'false') {
    return invalid(`Invalid type for '${name}': expected a boolean.`, name, 'invalid_type');
  }
  const choices = 'of' in rule ? rule.of : undefined;
  const wrong = choices && values.find((each) => !choices.includes(each));
  if (wrong === undefined) return null;
  const supported = (choices ?? []).map((each) => `'${each}'`).join(', ');
  return invalid(`Invalid value: '${wrong}'. Supported values are: ${supported}.`, name, 'invalid_value');
}

function checkInteger(name: string, rule: { min?: number; max?: number }, value: string): Answer | null {
  if (!/^-?\d{1,15}$/.test(value)) {
    return invalid(`Invalid type for '${name}': expected an integer.`, name, 'invalid_type');
  }
  const number = Number(value);
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = rule;
  if (number < min) {
    const message = `Invalid '${name}': integer below minimum value. Expected a value >= ${min}, but got ${number} instead.`;
    return invalid(message, name, 'integer_below_min_value');
  }
  if (number <= max) return null;
  const message = `Invalid '${name}': integer above maximum value. Expected a value <= ${max}, but got ${number} instead.`;
  return invalid(message, name, 'integer_above_max_value');
}

function invalid(message: string, param: string, code: string): Answer {
  return refuse(400, { message, param, code });
}
