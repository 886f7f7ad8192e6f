/** What is said beside a line's sentence, for machines that read logs. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (sentence: string, fields?: LogFields) => void;
export type LogForm = 'text' | 'json';

/** Lines on stderr: sentences for people, or one JSON object a line. */
export function logTo(form: LogForm, write: (line: string) => void): Log {
  return (sentence, fields = {}) => {
    const time = new Date().toISOString();
    if (form === 'json') write(`${JSON.stringify({ time, message: sentence, ...fields })}\n`);
    else {
      const more = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
      write(`${time} ${sentence}${more.join('')}\n`);
    }
  };
}
