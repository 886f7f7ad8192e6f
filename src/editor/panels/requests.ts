import { commands, env, Uri, window, workspace } from 'vscode';
import type { PageRequests, PageState } from '../../protocol/pages.ts';
import type { Handlers } from '../../protocol/transport.ts';
import { isCancelled, sentenceOf } from '../failures.ts';
import { saveSlice } from '../config/saveSlice.ts';
import type { Host } from '../host.ts';
import { setting } from '../settings.ts';
import { asked } from './asked.ts';
import { following } from './following.ts';
import { localRequests } from './localRequests.ts';
import { overallRequests } from './overallRequests.ts';
import { rowsOf, rowsWhere } from './rows.ts';
import { partsRequests } from './partsRequests.ts';
import type { PageSource } from './source.ts';

/** What a page may ask. Work is started, not waited for: its progress comes with the state. */
export function pageRequests(
  host: Host,
  source: PageSource,
  state: () => Promise<PageState>,
): Handlers<PageRequests> {
  const start = (work: Promise<void> | undefined): Promise<null> => {
    if (!host.trusted) throw new Error('Slipway runs nothing in a folder that is not trusted.');
    // A failure is part of the state already; here it goes to the log.
    work?.catch((error: unknown) => {
      if (!isCancelled(error)) host.log.error(sentenceOf(error));
    });
    return Promise.resolve(null);
  };
  return {
    ...localRequests(host, source),
    ...overallRequests(host, source),
    ...partsRequests(host, source),
    ready: state,
    validate: async () => await start(source.validate?.()),
    explain: async choice => await start(source.explain?.(choice)),
    interactions: async choice => await start(source.interactions?.(choice)),
    importance: async choice => await start(source.importance?.(choice)),
    compare: async () => await start(source.compare?.()),
    describe: async () => await start(source.describe?.()),
    ab: async choice => await start(source.ab?.(choice)),
    outcomes: async ({ path }) => (await source.outcomes?.(path)) ?? null,
    retrain: async plan => await start(source.retrain?.(plan)),
    fixedFolds: async choice => await start(source.fixedFolds?.(choice)),
    rank: async choice => await start(source.rank?.(choice)),
    open: async ({ id }) => {
      await source.open?.(id);
      return null;
    },
    say: async ({ text, to }) => await start(source.say?.(text, to)),
    decide: async draft => await start(source.decide?.(draft)),
    cancel: ({ kind }) => {
      source.cancel(kind);
      return Promise.resolve(null);
    },
    rows: async ({ role, rows }) => {
      if (source.model === undefined) throw new Error('This page shows no data.');
      return await rowsOf(host, await source.model(), role, rows);
    },
    rowsWhere: async ({ where, offset, limit }) => {
      if (source.model === undefined) throw new Error('This page shows no data.');
      return await rowsWhere(host, await source.model(), where, offset, limit);
    },
    slice: async ({ where }, context) => {
      const { jobs, model } = await asked(host, source);
      return await jobs.slice(
        model,
        where,
        { resamples: setting('slipway.validate.resamples') },
        following(context),
      );
    },
    saveSlice: async ({ name, where }) => {
      const { model } = await asked(host, source);
      await saveSlice(host, model.entry.name, name, where);
      return true;
    },
    command: async ({ command, argument }) => {
      const action = source.argument(command, argument === null ? null : String(argument));
      await commands.executeCommand(action.command, action.argument);
      return null;
    },
    copy: async ({ text }) => {
      await env.clipboard.writeText(text);
      return null;
    },
    saveTable: async ({ name, ...table }) => {
      const file = await askWhere(host, name, { Parquet: ['parquet'] });
      if (file !== undefined) {
        const { jobs } = await host.services();
        await jobs().dataSets.writeTable(file.fsPath, table);
      }
      return null;
    },
    save: async ({ name, content }) => {
      const file = await askWhere(host, name);
      if (file !== undefined) {
        const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
        await workspace.fs.writeFile(file, bytes);
      }
      return null;
    },
  };
}

async function askWhere(
  host: Host,
  name: string,
  filters?: Readonly<Record<string, string[]>>,
): Promise<Uri | undefined> {
  return await window.showSaveDialog({
    ...(host.root === null ? {} : { defaultUri: Uri.joinPath(Uri.file(host.root), name) }),
    ...(filters === undefined ? {} : { filters }),
  });
}
