import type { UnansweredKeys } from '#domain/provider-keys/read-key-standing.js';
import type { TimeView } from '../format/format-time.js';
import { links } from './links.js';
import type { Tone } from './outcome-advice.js';

/** One line of what needs attention. */
export interface AttentionItem {
  label: string;
  href: string;
  icon: string;
  tone: Tone;
  word: string;
  title: string;
  todo: string;
  /** How long it has been so, or from when the figures are: `For 3 d`. */
  age: { words: string; time: TimeView } | null;
  errorCode: string;
  action: { label: string; href: string; isPost: boolean } | null;
}

/** Where no test of any key is answered, the fault is seldom the keys’: said once, before all else. */
export function unansweredItems({ tested, notReached, timedOut, message }: UnansweredKeys): AttentionItem[] {
  if (tested === 0 || notReached + timedOut < tested) return [];
  return [
    {
      label: 'OpenAI',
      href: links.keys(),
      icon: 'misconfigured',
      tone: 'bad',
      word: 'not reached',
      title: timedOut === 0 ? 'was reached by none of the last tests.' : 'answered none of the last tests.',
      todo: message ?? 'Look at this server’s network, proxy and DNS, and at OpenAI’s status page.',
      age: null,
      errorCode: '',
      action: null,
    },
  ];
}
