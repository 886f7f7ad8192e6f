import type { Palette } from './palette.ts';

/** What a chart says beside its marks. */
export interface PictureWords {
  readonly title: string;
  readonly note: string;
  readonly caption: string;
}

const margin = 12;
const lineHeight = 1.45;

/** The chart with its title above and its caption below, on the theme's ground, as PNG bytes. */
export function pictureOf(
  canvas: HTMLCanvasElement,
  palette: Palette,
  words: PictureWords,
): Uint8Array | null {
  const chart = { width: canvas.clientWidth, height: canvas.clientHeight };
  const scale = canvas.width / chart.width;
  const paper = document.createElement('canvas');
  const pen = paper.getContext('2d');
  if (pen === null) return null;
  const size = palette.size + 1;
  const line = Math.ceil(size * lineHeight);
  const plain = `${size}px ${palette.font}`;
  pen.font = plain;
  const width = chart.width + 2 * margin;
  const caption = wrapped(words.caption, chart.width, text => pen.measureText(text).width);
  const note = wrapped(words.note, chart.width, text => pen.measureText(text).width);
  const head = margin + line * (1 + note.length) + 4;
  const height = head + chart.height + 4 + line * caption.length + margin;
  paper.width = Math.round(width * scale);
  paper.height = Math.round(height * scale);
  pen.scale(scale, scale);
  pen.fillStyle = palette.background;
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = 'top';
  pen.fillStyle = palette.foreground;
  pen.font = `600 ${plain}`;
  pen.fillText(words.title, margin, margin);
  pen.font = plain;
  pen.fillStyle = palette.muted;
  note.forEach((text, i) => pen.fillText(text, margin, margin + line * (1 + i)));
  pen.drawImage(canvas, margin, head, chart.width, chart.height);
  caption.forEach((text, i) => pen.fillText(text, margin, head + chart.height + 4 + line * i));
  const data = paper.toDataURL('image/png');
  return Uint8Array.from(atob(data.slice(data.indexOf(',') + 1)), character => character.charCodeAt(0));
}

/** Words in lines that are no wider than this; a longer word has a line of its own. */
export function wrapped(text: string, width: number, measure: (text: string) => number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(part => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && measure(`${last} ${word}`) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
