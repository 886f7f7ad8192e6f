import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { BadInput } from '../../../core/failure.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { copyModel } from '../../../serve/models.ts';
import { serving, type Serving } from '../../../serve/serving.ts';
import { versionLabel } from '../../golden.ts';
import type { Observed, Step } from '../../types.ts';
import { accessContents } from '../access.ts';
import { programMark, writeProgram } from '../bundle.ts';
import { backgroundFile } from '../following.ts';
import { readyMs, until, waitFor } from '../waiting.ts';
import { programsOf, type Layout } from './layout.ts';
import type { RemoteHost } from './remoteHost.ts';
import { shapeOf, type Launch } from './remoteServer.ts';
import { currentOf, putCurrent, releaseText } from './scene.ts';
import type { Site } from './site.ts';
import { programBytes, uploadFolder } from './upload.ts';

/** What a plan is made of, beside what every server that follows a serving.json takes. */

/** One server stops and one gets ready; to undo that takes as long. */
const startMs = 2 * readyMs + 60_000;
/** How often a server that starts is looked at. */
export const pollMs = 100;

export function programStep(site: Site, { facts }: Observed): Step {
  return {
    name: 'program',
    phase: 'prepare',
    limit: 2 * waitFor(programBytes),
    sentence: `Copy the server and ONNX Runtime to ${site.where()}.`,
    undoSentence: 'They are deleted.',
    ...site.acts(
      async ({ host, layout, machine }, { signal }) => {
        await own(site, host, layout, signal);
        if ((await host.list(layout.base, signal)).includes(`program-${String(facts.program)}`))
          return 'was there';
        const source = site.source(machine);
        const dir = await mkdtemp(join(tmpdir(), 'slipway-program-'));
        try {
          await writeProgram(dir, source, await programMark(source));
          await uploadFolder(host, dir, layout.program(String(facts.program)), signal);
        } finally {
          await rm(dir, { recursive: true, force: true });
        }
        return 'copied';
      },
      async ({ host, layout }, { signal }) => {
        const program = layout.program(String(facts.program));
        await host.remove([program, `${program}.partial`], signal);
        if (facts.owned !== true) await removeAll(host, layout, signal);
      },
    ),
  };
}

export function copyStep(site: Site, model: ModelRef): Step {
  const { digest, size } = model;
  return {
    name: `copy-${digest.slice(0, 12)}`,
    phase: 'prepare',
    limit: 2 * waitFor(size),
    sentence: `Copy ${versionLabel(model)} to ${site.where()}.`,
    undoSentence: 'The copy is deleted.',
    ...site.acts(
      async ({ host, layout }, { signal }) => {
        if ((await host.list(layout.models, signal)).includes(digest)) return 'was there';
        const dir = await mkdtemp(join(tmpdir(), 'slipway-copy-'));
        try {
          await copyModel(dir, { digest, file: (await site.context.source(digest)).file });
          await uploadFolder(host, join(dir, 'models', digest), layout.model(digest), signal);
        } finally {
          await rm(dir, { recursive: true, force: true });
        }
        return 'copied';
      },
      async ({ host, layout }, { signal }) => {
        await host.remove([layout.model(digest), `${layout.model(digest)}.partial`], signal);
      },
    ),
  };
}

export function startStep(site: Site, { facts, live }: Observed, empty: Serving): Step {
  const moves = facts.running !== null;
  const { address, port } = site.settings;
  return {
    name: 'start',
    phase: 'prepare',
    limit: startMs,
    sentence: `Start the server on ${address}:${port} there${moves ? ' in place of the one that runs; requests fail until it answers' : ''}.`,
    undoSentence: moves ? 'It is started again as it was.' : 'It is stopped.',
    ...site.acts(
      async (scene, { signal }) => {
        if ((await currentOf(scene, signal)) === null) await putCurrent(scene, empty, signal);
        const contents = await accessContents(site.settings, site.context);
        const launch = await site.launch(scene, contents, signal);
        if (launch.access !== undefined) await scene.server.putAccess(launch.access, contents, signal);
        if ((await scene.server.find(signal))?.shape !== shapeOf(launch))
          await scene.server.start(launch, signal);
        return `answers on ${site.asked()}`;
      },
      async ({ host, layout, server, machine }, { signal }) => {
        await server.stop(signal);
        await server.forget(machine.home, signal);
        if (moves && typeof facts.launched === 'string') {
          await server.start(JSON.parse(facts.launched) as Launch, signal);
          if (live.length > 0)
            await until('it did not become ready', pollMs, signal, async () => {
              return (await server.find(signal))?.client.ready(signal) ?? false;
            });
        } else if (facts.serving === null) await host.unlink(layout.current, signal);
        await server.tidyAccess(signal);
      },
    ),
  };
}

export function retireStep(site: Site, final: Serving, kept: readonly string[], program: string): Step {
  return {
    name: 'retire',
    phase: 'finish',
    sentence: 'Unload what is no longer live; keep the last versions for a rollback.',
    undoSentence: 'A rollback loads them again.',
    ...site.acts(
      async (scene, { signal }) => {
        const { host, layout } = scene;
        await putCurrent(scene, final, signal);
        const { id } = releaseText(final);
        const models = (await host.list(layout.models, signal)).filter(digest => !kept.includes(digest));
        const releases = (await host.list(layout.releases, signal)).filter(name => name !== id);
        const backgrounds = kept.map(digest => posix.basename(backgroundFile(digest)));
        const rows = (await host.list(layout.background, signal)).filter(name => !backgrounds.includes(name));
        const programs = programsOf(await host.list(layout.base, signal)).filter(
          name => name !== `program-${program}`,
        );
        await host.remove(
          [
            ...models.map(digest => layout.model(digest)),
            ...releases.map(name => layout.release(name)),
            ...rows.map(name => `${layout.background}/${name}`),
            ...programs.map(name => `${layout.base}/${name}`),
          ],
          signal,
        );
        await scene.server.tidyAccess(signal);
        return models.length === 0 ? 'nothing deleted' : `deleted ${models.length} older`;
      },
      () => Promise.resolve(),
    ),
  };
}

export function stopStep(site: Site, { facts }: Observed): Step {
  const before = typeof facts.serving === 'string' ? serving.parse(JSON.parse(facts.serving)) : null;
  return {
    name: 'stop',
    phase: 'switch',
    limit: startMs,
    sentence: 'Let requests in work end and stop the server.',
    undoSentence: 'It is started again.',
    ...site.acts(
      async ({ host, layout, server }, { signal }) => {
        await server.stop(signal);
        await host.unlink(layout.current, signal);
        return 'stopped';
      },
      async (scene, { signal }) => {
        if (before !== null) await putCurrent(scene, before, signal);
        if (facts.running !== null && typeof facts.launched === 'string')
          await scene.server.start(JSON.parse(facts.launched) as Launch, signal);
      },
    ),
  };
}

export function deleteStep(site: Site): Step {
  return {
    name: 'delete',
    phase: 'finish',
    sentence: `Delete all that the target has in ${site.where()}.`,
    undoSentence: 'A deployment copies it again.',
    ...site.acts(
      async ({ host, layout, server, machine }, { signal }) => {
        await server.stop(signal);
        await server.forget(machine.home, signal);
        await removeAll(host, layout, signal);
        return 'deleted';
      },
      () => Promise.resolve(),
    ),
  };
}

/** @throws BadInput when the folder is another's */
async function own({ name }: Site, host: RemoteHost, layout: Layout, signal: AbortSignal): Promise<void> {
  await host.must(['mkdir', '-p', '--', layout.base], { signal });
  const owner = await host.read(layout.owner, signal);
  if (owner !== null && owner !== name)
    throw new BadInput('folder-taken', `${layout.base} there is of target ${owner}. Set another \`path\`.`);
  await host.write(layout.owner, name, signal);
}

/** The folder goes too when nothing of others is in it. */
async function removeAll(host: RemoteHost, layout: Layout, signal: AbortSignal): Promise<void> {
  await host.remove(layout.parts(await host.list(layout.base, signal)), signal);
  await host.run(['rmdir', '--', layout.base], { signal });
}
