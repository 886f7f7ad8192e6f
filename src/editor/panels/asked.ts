import type { Jobs } from '../../jobs/runner.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import type { Services } from '../services.ts';
import { setting } from '../settings.ts';
import type { PageSource } from './source.ts';

/** What answering a page's question takes. */
export interface Asked {
  readonly jobs: Jobs;
  readonly root: string;
  readonly build: Services['build'];
  readonly model: ResolvedModel;
}

/** @throws in a folder that is not trusted, and for a page without a model */
export async function asked(host: Host, source: PageSource): Promise<Asked> {
  if (!host.trusted) throw new Error('Slipway runs nothing in a folder that is not trusted.');
  if (source.model === undefined) throw new Error('This page shows no model.');
  const services = await host.services();
  const { build, workspace } = services;
  return { jobs: services.jobs(), build, root: workspace.root, model: await source.model() };
}

/** The settings that every explanation follows. */
export function explaining(): { readonly budget: number; readonly backgroundRows: number } {
  return {
    budget: setting('slipway.explain.budget'),
    backgroundRows: setting('slipway.explain.backgroundRows'),
  };
}
