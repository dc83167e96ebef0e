import { buildFrame, type Frame, type FrameInput } from './frame.js';

/** A question before something is done, with what it does and, where needed, one thing to be typed or chosen. */
export interface Confirmation {
  title: string;
  lead: string;
  /** What is lost or happens, line by line. */
  points: string[];
  /** Null for nothing to be given. */
  field: ConfirmField | null;
  /** Empty where it cannot be done; `lead` says why then, and nothing is sent. */
  button: string;
  isDanger: boolean;
  keep: string;
  hrefs: { submit: string; cancel: string };
}

export interface ConfirmField {
  name: string;
  label: string;
  /** Set apart within the label: what has to be typed exactly; empty for nothing. */
  exactly: string;
  hint: string;
  value: string;
  options: { value: string; label: string; isSelected: boolean }[];
}

export interface ConfirmPage {
  frame: Frame;
  question: Confirmation;
  /** What has to be typed exactly; empty for nothing. */
  exactly: string;
  error: string;
}

export function confirmPage(input: { frame: FrameInput; question: Confirmation; error: string }): ConfirmPage {
  const { question, error } = input;
  const frame = buildFrame(input.frame, { section: 'settings', title: question.title });
  return { frame, question, exactly: question.field?.exactly ?? '', error };
}
