import { isTwin, type OrganizationView } from '#domain/organizations/organization.js';
import { type TimeView, timeFormatFor } from '../format/format-time.js';
import { actionFor, type ActionView } from './advised-action.js';
import type { FrameInput } from './frame.js';
import type { KeyInput } from './inputs.js';
import { links } from './links.js';
import { failedImport } from './organization-state.js';
import type { Tone } from './outcome-advice.js';
import { permissionsOf } from './permissions.js';
import { adviceFor, troubleMet } from './state-badge.js';

/** What the page of a key says first: how it is, and what to do. */
export interface KeyState {
  tone: Tone;
  icon: string;
  title: string;
  /** Ends the title, where what is known rests on an answer before the last test. */
  age: TimeView | null;
  todo: string;
  action: ActionView | null;
  /** Whose words `fineprint` and `message` are. */
  saidBy: string;
  fineprint: string;
  message: string;
  requestId: string;
}

/** Of an admin key, what its organization's import met. */
export type ImportOfKey = Pick<OrganizationView, 'id' | 'importFailedAt' | 'importErrorCode' | 'importError'>;

const nothingSaid = { saidBy: '', fineprint: '', message: '', requestId: '' };

export function keyState(
  key: KeyInput,
  { frame, organization }: { frame: FrameInput; organization: ImportOfKey | null },
): KeyState {
  if (key.health === 'healthy') {
    if (troubleMet(key)) return heldState(key, frame);
    if (organization?.importFailedAt) return importState(key, { frame, organization });
  }
  const advice = adviceFor(key);
  const isFailure =
    key.health !== 'healthy' && key.health !== 'inactive' && key.lastOutcome !== null && key.lastOutcome !== 'ok';
  return {
    tone: advice.tone,
    icon: advice.icon,
    title: advice.title,
    age: null,
    todo: advice.todo,
    action: actionFor(advice.action, key.id, permissionsOf(frame.viewer)),
    ...(isFailure ? saidOf(key) : nothingSaid),
  };
}

/** Healthy until it fades, though the last test proved nothing: what it rests on, and what that test met. */
function heldState(key: KeyInput, frame: FrameInput): KeyState {
  const { icon, tone, title, todo } = adviceFor({ ...key, health: 'unknown' });
  const age = key.lastOkAt && timeFormatFor(frame.tenant.reportingTimeZone).ago(key.lastOkAt, frame.now);
  return { tone, icon, title: 'This key last answered', age, todo: `${title} ${todo}`, action: null, ...saidOf(key) };
}

/** The key works, and what it is there for does not. */
function importState(
  key: KeyInput,
  { frame, organization }: { frame: FrameInput; organization: ImportOfKey },
): KeyState {
  const { tone, icon, title, todo } = failedImport(organization.importErrorCode);
  const mayDelete = isTwin(organization) && permissionsOf(frame.viewer).manage;
  const action = mayDelete
    ? { label: 'Delete this key', href: links.keyAction(key.id, 'delete'), isPost: false }
    : { label: 'Look at the import', href: links.organization(organization.id), isPost: false };
  const message = organization.importError ?? '';
  return { tone, icon, title, age: null, todo, action, ...nothingSaid, saidBy: 'Its import:', message };
}

function saidOf(key: KeyInput): Pick<KeyState, keyof typeof nothingSaid> {
  return {
    saidBy: key.lastHttpStatus === null ? 'Before any answer:' : 'OpenAI said',
    fineprint: [key.lastHttpStatus, key.lastErrorCode].filter((part) => part !== null).join(' '),
    message: key.lastErrorMessage ?? '',
    requestId: key.lastRequestId ?? '',
  };
}
