import type { Jobs } from '../../jobs/runner.ts';
import type { LocalPageRequests } from '../../protocol/localPages.ts';
import type { Handlers } from '../../protocol/transport.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import type { Services } from '../services.ts';
import { setting } from '../settings.ts';
import type { PageSource } from './source.ts';

/** Questions about rows and cohorts: put to the engine, their results stored as those of the command line. */
export function localRequests(host: Host, source: PageSource): Handlers<LocalPageRequests> {
  const asked = async (): Promise<{
    readonly jobs: Jobs;
    readonly root: string;
    readonly build: Services['build'];
    readonly model: ResolvedModel;
  }> => {
    if (!host.trusted) throw new Error('Slipway runs nothing in a folder that is not trusted.');
    if (source.model === undefined) throw new Error('This page shows no model.');
    const services = await host.services();
    const { build, workspace } = services;
    return { jobs: services.jobs(), build, root: workspace.root, model: await source.model() };
  };
  const explaining = (): { readonly budget: number; readonly backgroundRows: number } => ({
    budget: setting('slipway.explain.budget'),
    backgroundRows: setting('slipway.explain.backgroundRows'),
  });
  return {
    attribute: async ({ values, output, space }) => {
      const { jobs, model } = await asked();
      return await jobs.attribute(model, { ...explaining(), output, space }, [values]);
    },
    counterfactuals: async ({ row, wanted, frozen, output }) => {
      const { jobs, build, root, model } = await asked();
      const job = build.counterfactuals(root, model, { ...row, output });
      // What slipway.yaml freezes stays frozen.
      const constraints = {
        ...job.constraints,
        frozen: [...new Set([...job.constraints.frozen, ...frozen])],
      };
      return await jobs.ask('counterfactuals', { ...job, wanted, constraints }, model);
    },
    prototypes: async ({ row, output }) => {
      const { jobs, build, root, model } = await asked();
      return await jobs.ask('prototypes', build.prototypes(root, model, { ...row, output }), model);
    },
    surrogate: async ({ where, depth, output }) => {
      const { jobs, build, root, model } = await asked();
      return await jobs.ask('surrogate', build.surrogate(root, model, { where, depth, output }), model);
    },
    compareExplanations: async ({ where, versus, output }) => {
      const { jobs, build, root, model } = await asked();
      const first = (await source.other?.()) ?? model;
      const job = build.explanationComparison(root, first, model, {
        ...explaining(),
        output,
        ...(where === null ? {} : { where }),
        ...(versus === null ? {} : { versus }),
      });
      return await jobs.compareExplanations(job, first, model);
    },
  };
}
