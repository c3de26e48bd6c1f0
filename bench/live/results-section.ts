/** One section of a page of results: replaced in place, or put at the end. */

/** `title` without its marks; `text` without the title. Other sections stay as they are. */
export function withSection(page: string, title: string, text: string): string {
  const heading = `## ${title}\n`;
  const section = `${heading}\n${text.trim()}\n`;
  const start = page.startsWith(heading) ? 0 : page.indexOf(`\n${heading}`) + 1;
  if (start === 0 && !page.startsWith(heading)) return `${page.trimEnd()}\n\n${section}`;
  const end = page.indexOf('\n## ', start + heading.length);
  const after = end < 0 ? '' : `\n${page.slice(end + 1)}`;
  return page.slice(0, start) + section + after;
}
