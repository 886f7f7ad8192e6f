import { BadInput } from '../../core/failure.ts';

/** A place for objects, as `tritonserver --model-repository` is told it. */
export type StoreAddress =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly prefix: string;
      readonly endpoint: string | null;
    }
  | { readonly kind: 'azure'; readonly account: string; readonly container: string; readonly prefix: string }
  | { readonly kind: 'gcs'; readonly bucket: string; readonly prefix: string };

/**
 * `s3://bucket/prefix`, `s3://https://host:9000/bucket/prefix`, `as://account/container/prefix`,
 * `gs://bucket/prefix`, or the path of a folder.
 * @throws BadInput when a part is missing
 */
export function storeAddress(text: string): StoreAddress {
  const found = /^(s3|as|gs):\/\/(.*)$/.exec(text);
  if (found === null) {
    if (/^\w+:\/\//.test(text))
      throw malformed(text, 'It starts with `s3://`, `as://` or `gs://`, or is a folder.');
    return { kind: 'folder', path: text };
  }
  const [, scheme, rest = ''] = found;
  if (scheme === 'as') {
    const [account = '', container = '', ...under] = rest.split('/');
    if (account === '' || container === '') throw malformed(text, 'Write `as://ACCOUNT/CONTAINER/PATH`.');
    return { kind: 'azure', account, container, prefix: joined(under) };
  }
  const own = scheme === 's3' ? /^(https?:\/\/[^/]+|[^/]+:\d+)\/(.*)$/.exec(rest) : null;
  const [bucket = '', ...under] = (own?.[2] ?? rest).split('/');
  if (bucket === '') throw malformed(text, `Write \`${scheme!}://BUCKET/PATH\`.`);
  if (scheme === 'gs') return { kind: 'gcs', bucket, prefix: joined(under) };
  return { kind: 's3', bucket, prefix: joined(under), endpoint: endpointOf(own?.[1]) };
}

function joined(parts: readonly string[]): string {
  return parts.filter(part => part !== '').join('/');
}

/** Triton takes a host and port alone for HTTPS. */
function endpointOf(host: string | undefined): string | null {
  if (host === undefined) return null;
  return host.includes('://') ? host : `https://${host}`;
}

function malformed(text: string, mend: string): BadInput {
  return new BadInput('store-address', `\`${text}\` is no model repository. ${mend}`);
}
