/** What somebody reads of a page, or of a part of one: the text without markup, in one line. */
export function readPage(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
