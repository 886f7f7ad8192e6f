import type { ExplainOverrides } from '../../jobs/build.ts';
import type { Jobs } from '../../jobs/runner.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import { settingDefaults } from '../contributions/settings.ts';
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

/** The settings that every explanation follows; they mean what the command line's options of their names do. */
export function explaining(): Pick<ExplainOverrides, 'budget' | 'stop' | 'backgroundRows'> {
  const budget = setting('slipway.explain.budget');
  const share = setting('slipway.explain.precision');
  const absolute = setting('slipway.explain.tolerance');
  const stops = share > 0 || absolute > 0;
  return {
    // Where sampling stops by itself, a budget that nobody set leaves it room.
    ...(stops && budget === settingDefaults['slipway.explain.budget'] ? {} : { budget }),
    ...(stops ? { stop: { share, absolute } } : {}),
    backgroundRows: setting('slipway.explain.backgroundRows'),
  };
}

/** The settings of answers given while somebody waits: they are sampled to the budget. */
export function answering(): { readonly budget: number; readonly backgroundRows: number } {
  return {
    budget: setting('slipway.explain.budget'),
    backgroundRows: setting('slipway.explain.backgroundRows'),
  };
}
