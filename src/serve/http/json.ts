import { HttpError } from './httpError.ts';

/** @throws HttpError 400 */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new HttpError(400, `The request is not JSON: ${(error as Error).message}.`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws HttpError 400 */
export function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new HttpError(400, `${what} must be a JSON object.`);
  return value;
}
