import type { OtherKind } from '#pricing/price-sheet.js';

/** What a kind of reported usage that is not counted in tokens is priced as. Stored bytes are a level and have no price. */
export const pricedKindOfUsage: Readonly<Record<string, OtherKind>> = {
  images: 'image',
  audio_speeches: 'speechCharacter',
  audio_transcriptions: 'audioHour',
  code_interpreter_sessions: 'containerSession',
  file_search_calls: 'fileSearchCall',
  web_search_calls: 'webSearchCall',
};
