/** Markup that is safe to put into a page: everything interpolated is escaped unless it is markup itself. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | false | readonly Part[];

/** html`<p>${text}</p>` */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    strings.reduce((text, string, at) => `${text}${written(parts[at - 1] ?? null)}${string}`),
  );
}

function written(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(written).join('');
  return escapeMarkup(String(part));
}

/** For the text and the quoted attributes of HTML and XML; characters that XML cannot hold are left out. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu, '')
    .replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
