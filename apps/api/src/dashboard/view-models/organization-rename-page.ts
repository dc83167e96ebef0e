import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';

export interface OrganizationRenamePage {
  frame: Frame;
  name: string;
  /** As typed, when it has to be shown again. */
  value: string;
  error: string;
  hrefs: { submit: string; cancel: string };
}

export function organizationRenamePage(input: {
  frame: FrameInput;
  organization: { id: string; name: string };
  value: string;
  error: string;
}): OrganizationRenamePage {
  const { id, name } = input.organization;
  return {
    frame: buildFrame(input.frame, { section: 'organizations', title: `Rename ${name}` }),
    name,
    value: input.value,
    error: input.error,
    hrefs: { submit: links.organizationAction(id, 'rename'), cancel: links.organization(id) },
  };
}
