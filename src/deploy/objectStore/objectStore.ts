import { BadInput } from '../../core/failure.ts';
import type { Content } from '../../workspace/content.ts';

/** An object of a store, by its key below the store's own prefix: `credit-risk/3/model.onnx`. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Files by their key in a folder or a cloud's object store. An object is put whole or not at all, and what was
 * put is found at once: all four stores promise that.
 */
export interface ObjectStore {
  /** Where it lies, for people: `s3://models/triton`. */
  readonly label: string;
  /** Who one is there, for people; never a secret. @throws BadInput when nobody can be found */
  identity(signal: AbortSignal): Promise<string>;
  /** All below a prefix, by key. @throws BadInput */
  list(prefix: string, signal: AbortSignal): Promise<readonly StoredObject[]>;
  /** @returns null when there is none. @throws BadInput */
  get(key: string, signal: AbortSignal): Promise<Uint8Array | null>;
  /** Bytes of an object; null when there is none. @throws BadInput */
  size(key: string, signal: AbortSignal): Promise<number | null>;
  /** Replaces what is there. @throws BadInput */
  put(key: string, content: Content, signal: AbortSignal): Promise<void>;
  /**
   * Of two who put other bytes under one key, one gets false. Who puts them again, since an answer was cut off,
   * gets true again.
   * @returns false when there is another object. @throws BadInput
   */
  putNew(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** Nothing to do when there is none. @throws BadInput */
  delete(key: string, signal: AbortSignal): Promise<void>;
}

/** Whether what is there is one's own, put by a try whose answer was cut off. @throws BadInput */
export async function isOwn(
  store: Pick<ObjectStore, 'get'>,
  key: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<boolean> {
  const there = await store.get(key, signal);
  return there !== null && Buffer.compare(there, bytes) === 0;
}

/** How long a store may take for so many bytes: 20 s to answer, then at least 1 MB/s. */
export function storeDeadline(signal: AbortSignal, bytes = 0): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(20_000 + Math.ceil(bytes / 1000))]);
}

/** What went wrong with a store, by what users can do about it. */
type Cause = 'unreachable' | 'slow' | 'credentials' | 'forbidden' | 'missing' | 'full' | 'other';

const mends: Readonly<Record<Cause, string>> = {
  unreachable: 'Check the address and the network.',
  slow: 'Try again, or check the network.',
  credentials: 'Sign in again, or check the credentials that the target names.',
  forbidden: 'Ask for the right to list, read, write and delete there.',
  missing: 'Check its name; it is not made for you.',
  full: 'Make room, or ask for a larger quota.',
  other: '',
};

const said: Readonly<Record<Cause, string>> = {
  unreachable: 'cannot be reached',
  slow: 'did not answer in time',
  credentials: 'does not accept the credentials',
  forbidden: 'does not allow this',
  missing: 'is not there',
  full: 'has no room',
  other: 'answered with an error',
};

/** The words by which the stores tell the causes. */
const words: readonly (readonly [Cause, RegExp])[] = [
  ['missing', /NoSuchBucket|ContainerNotFound|bucket does not exist|ENOTDIR/],
  [
    'credentials',
    /Expired|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|UnrecognizedClient|CredentialsProviderError|CredentialUnavailable|AuthenticationFailed|AuthenticationError|InvalidAuthenticationInfo|invalid_grant|Could not load the default credentials|Could not load credentials/,
  ],
  [
    'forbidden',
    /AccessDenied|Forbidden|AuthorizationFailure|AuthorizationPermissionMismatch|EACCES|EPERM|EROFS/,
  ],
  ['full', /ENOSPC|EDQUOT|QuotaExceeded|insufficient storage|rateLimitExceeded|SlowDown|ServerBusy/i],
  ['unreachable', /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EPIPE|fetch failed/],
  ['slow', /TimeoutError|ETIMEDOUT|AbortError|aborted due to timeout/],
];

/**
 * A store's failure in a sentence, with the store's own words.
 * @param status of the HTTP answer, when there was one
 */
export function storeFailure(error: unknown, label: string, signal: AbortSignal, status?: number): Error {
  if (error instanceof BadInput) return error;
  // Who cancelled knows it.
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason : new Error('Cancelled.');
  const own = ownWords(error);
  const cause = words.find(([, pattern]) => pattern.test(own))?.[0] ?? byStatus(status);
  // What no store said is a fault of ours.
  if (cause === 'other' && status === undefined && error instanceof Error) return error;
  const quote = [...new Set(own.split('\n'))].join(' ').slice(0, 300);
  return new BadInput(`store-${cause}`, `${label} ${said[cause]} (${quote}). ${mends[cause]}`.trim());
}

function byStatus(status: number | undefined): Cause {
  if (status === 401) return 'credentials';
  if (status === 403) return 'forbidden';
  if (status === 507) return 'full';
  return status === 404 ? 'missing' : 'other';
}

/** Names, codes and messages of an error and of what caused it. */
function ownWords(error: unknown): string {
  const parts: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const { name, code } = at as Error & { readonly code?: unknown };
    const first = at instanceof AggregateError ? (at.errors as unknown[])[0] : null;
    const message = at.message === '' && first instanceof Error ? first.message : at.message;
    const known = [name, code].filter(
      word => typeof word === 'string' && word !== 'Error' && !message.includes(word),
    );
    parts.push([...known, message].filter(word => word !== '').join(': '));
  }
  return parts.length === 0 ? String(error) : parts.join('\n');
}
