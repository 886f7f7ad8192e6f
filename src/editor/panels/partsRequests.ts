import path from 'node:path';
import { Uri, window } from 'vscode';
import type { PartsPageRequests } from '../../protocol/partsPages.ts';
import type { Handlers } from '../../protocol/transport.ts';
import type { Host } from '../host.ts';
import { answering, asked } from './asked.ts';
import { following } from './following.ts';
import type { PageSource } from './source.ts';

/** Questions about parts of images and texts, on rows of a data file. */
export function partsRequests(host: Host, source: PageSource): Handlers<PartsPageRequests> {
  return {
    heatmap: async ({ method, data, patch, ...choice }, context) => {
      const { jobs, build, root, model } = await asked(host, source);
      const overrides = {
        ...choice,
        ...(data === null ? {} : { data }),
        ...(patch === null ? {} : { patch }),
      };
      const job = build.heatmap(root, model, method, overrides);
      return await jobs.ask('heatmap', job, model, following(context));
    },
    tokens: async ({ data, words, ...choice }, context) => {
      const { jobs, build, root, model } = await asked(host, source);
      const job = build.tokens(root, model, {
        ...choice,
        budget: answering().budget,
        ...(data === null ? {} : { data }),
        ...(words === null ? {} : { words }),
      });
      return await jobs.ask('tokens', job, model, following(context));
    },
    chooseData: async () => {
      const [file] =
        (await window.showOpenDialog({
          title: 'Data with one input a row',
          filters: { Data: ['csv', 'parquet', 'jsonl', 'ndjson', 'json'] },
          ...(host.root === null ? {} : { defaultUri: Uri.file(host.root) }),
        })) ?? [];
      if (file === undefined) return null;
      const own = host.root === null ? file.fsPath : path.relative(host.root, file.fsPath);
      return { path: own.startsWith('..') || path.isAbsolute(own) ? file.fsPath : own };
    },
  };
}
