import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { BadInput } from '../../../core/failure.ts';
import { programMark, writeProgram, type BundleSource } from '../bundle.ts';
import { asked, EngineRefusal, fullDisk, type Connection } from './connection.ts';
import { labels, user } from './labels.ts';

const buildMs = 15 * 60_000;
const keptLines = 15;

/** The image that serves any model: the server and its runtime on a base image. */
export interface ServerImage {
  /** Fully qualified, by what is in it: two of one name are the same. */
  readonly tag: string;
  readonly dockerfile: string;
  readonly source: BundleSource;
}

export async function serverImage(base: string, source: BundleSource): Promise<ServerImage> {
  const mark = await programMark(source);
  const { runtime } = JSON.parse(mark) as { runtime: string };
  const dockerfile = dockerfileOf(base, runtime);
  const digest = createHash('sha256').update(mark).update(dockerfile).digest('hex');
  return { tag: `localhost/slipway-server:${digest.slice(0, 12)}`, dockerfile, source };
}

/**
 * The health check asks on the port that the container was given. With certificates, which a check cannot show,
 * a server is alive that greets by TLS: its event loop does that.
 */
function dockerfileOf(base: string, runtime: string): string {
  const check =
    "const p=process.env.SLIPWAY_PORT,end=ok=>process.exit(ok?0:1);process.env.SLIPWAY_TLS?require('tls').connect({port:p,host:'127.0.0.1',rejectUnauthorized:false},()=>end(true)).on('error',()=>end(false)):fetch('http://127.0.0.1:'+p+'/v2/health/live').then(r=>end(r.ok),()=>end(false))";
  return `# Written by Slipway.
# The first stage shows that the native runtime loads on this base image; the second takes what was shown.
FROM ${base} AS check
LABEL ${labels.image}="true"
COPY program /srv/slipway
WORKDIR /srv/slipway
RUN ["node", "-e", "require('onnxruntime-node')"]

FROM ${base}
LABEL ${labels.image}="true" \\
      org.opencontainers.image.title="Slipway inference server" \\
      org.opencontainers.image.description="onnxruntime-node ${runtime}"
COPY --from=check /srv/slipway /srv/slipway
COPY --chown=${user}:${user} data /data
ENV SLIPWAY_PORT=8700
USER ${user}:${user}
WORKDIR /srv/slipway
VOLUME /data
EXPOSE 8700
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s CMD ["node", "-e", "${check}"]
ENTRYPOINT ["node", "/srv/slipway/server.js", "--dir", "/data"]
`;
}

/** The image of a release: ours, labelled with the digests of what is live. It is not run, but shown and kept. */
export interface ReleaseImage {
  readonly tag: string;
  readonly target: string;
  /** What it is made of. */
  readonly server: string;
  readonly live: readonly { readonly digest: string; readonly weight: number }[];
}

/** Makes it, in place of the one of the release before. */
export async function labelRelease(
  connection: Connection,
  { tag, target, server, live }: ReleaseImage,
  signal: AbortSignal,
): Promise<void> {
  const digests = live.map(({ digest, weight }) => `sha256:${digest}=${weight}`).join(' ');
  const archive = pack();
  archive.entry(
    { name: 'Dockerfile' },
    `FROM ${server}\nLABEL ${labels.target}="${target}" ${labels.live}="${digests}"\n`,
  );
  archive.finalize();
  const build = connection.docker.buildImage(Readable.from(archive), { t: tag, abortSignal: signal });
  const stream = await asked(connection, 'label the release', signal, build);
  await asked(
    connection,
    'label the release',
    signal,
    followBuild(stream, () => undefined),
  );
}

export async function hasImage(connection: Connection, tag: string, signal: AbortSignal): Promise<boolean> {
  try {
    await asked(connection, `look for ${tag}`, signal, connection.docker.getImage(tag).inspect());
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return false;
    throw error;
  }
}

/** @param isolation of Podman's build; null: as the engine does by itself @throws BadInput with the last lines of the build */
export async function buildImage(
  connection: Connection,
  { tag, dockerfile, source }: ServerImage,
  isolation: string | null,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-image-'));
  try {
    await writeProgram(dir, source, tag);
    const context = await contextOf(dir, dockerfile);
    const options = {
      t: tag,
      forcerm: true,
      abortSignal: signal,
      ...(isolation === null ? {} : { isolation }),
    };
    const stream = await asked(
      connection,
      'build the image',
      signal,
      connection.docker.buildImage(context, options),
      buildMs,
    );
    await asked(connection, 'build the image', signal, followBuild(stream, log), buildMs);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Takes away images of ours that no container uses, and those of this target's releases. Others are left alone.
 * @param keep tags
 */
export async function pruneImages(
  connection: Connection,
  target: string,
  keep: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { docker } = connection;
  const filters = { label: [labels.image] };
  const all = await asked(connection, 'list its images', signal, docker.listImages({ filters }));
  let gone = 0;
  // What was made of another image goes before it.
  for (const { Id, RepoTags, Labels } of all.toSorted((a, b) => b.Created - a.Created)) {
    const of = (Labels as Record<string, string> | null)?.[labels.target] ?? target;
    if (of !== target || ((RepoTags as string[] | null) ?? []).some(tag => keep.includes(tag))) continue;
    // What a container uses is refused, and stays.
    const removed = asked(connection, 'delete an image', signal, docker.getImage(Id).remove());
    if (await removed.then(() => true, isInUse)) gone += 1;
  }
  return gone;
}

function isInUse(error: unknown): false {
  if (error instanceof EngineRefusal && [404, 409, 500].includes(error.status)) return false;
  throw error;
}

async function contextOf(dir: string, dockerfile: string): Promise<NodeJS.ReadableStream> {
  const archive = pack();
  archive.entry({ name: 'Dockerfile' }, dockerfile);
  archive.entry({ name: 'data/', type: 'directory', mode: 0o755 });
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const write = async (): Promise<void> => {
    for (const entry of entries.filter(found => found.isFile()).sort(byPath)) {
      const file = join(entry.parentPath, entry.name);
      const name = `program/${relative(dir, file).split(sep).join('/')}`;
      archive.entry({ name, mode: 0o644, mtime: new Date(0) }, await readFile(file));
    }
    archive.finalize();
  };
  write().catch((error: unknown) => archive.destroy(error as Error));
  return Readable.from(archive);
}

type Entry = { readonly parentPath: string; readonly name: string };

function byPath(a: Entry, b: Entry): number {
  return join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1;
}

/** Resolves when the build has ended well; its lines are told as they come. */
async function followBuild(stream: NodeJS.ReadableStream, log: (line: string) => void): Promise<void> {
  const last: string[] = [];
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter(text => text.trim() !== '')) {
      const said = JSON.parse(line) as { stream?: string; status?: string; error?: string };
      if (said.error !== undefined)
        throw new BadInput(
          'image-build',
          `${fullDisk(said.error)}The image could not be built: ${said.error.trim()}\n${last.join('\n')}`.trim(),
        );
      const text = (said.stream ?? said.status ?? '').trimEnd();
      if (text === '') continue;
      last.push(text);
      if (last.length > keptLines) last.shift();
      log(text);
    }
  }
}
