import type { LocalPageRequests } from '../../protocol/localPages.ts';
import type { Handlers } from '../../protocol/transport.ts';
import type { Host } from '../host.ts';
import { answering, asked, explaining } from './asked.ts';
import { following } from './following.ts';
import type { PageSource } from './source.ts';

/** Questions about rows and cohorts: put to the engine, their results stored as those of the command line. */
export function localRequests(host: Host, source: PageSource): Handlers<LocalPageRequests> {
  return {
    attribute: async ({ values, output, space }, context) => {
      const { jobs, model } = await asked(host, source);
      return await jobs.attribute(model, { ...answering(), output, space }, [values], following(context));
    },
    counterfactuals: async ({ row, wanted, frozen, output }, context) => {
      const { jobs, build, root, model } = await asked(host, source);
      const job = build.counterfactuals(root, model, { ...row, output });
      // What slipway.yaml freezes stays frozen.
      const constraints = {
        ...job.constraints,
        frozen: [...new Set([...job.constraints.frozen, ...frozen])],
      };
      return await jobs.ask('counterfactuals', { ...job, wanted, constraints }, model, following(context));
    },
    prototypes: async ({ row, output }, context) => {
      const { jobs, build, root, model } = await asked(host, source);
      const job = build.prototypes(root, model, { ...row, output });
      return await jobs.ask('prototypes', job, model, following(context));
    },
    surrogate: async ({ where, depth, output }, context) => {
      const { jobs, build, root, model } = await asked(host, source);
      const job = build.surrogate(root, model, { where, depth, output });
      return await jobs.ask('surrogate', job, model, following(context));
    },
    compareExplanations: async ({ where, versus, output }, context) => {
      const { jobs, build, root, model } = await asked(host, source);
      const first = (await source.other?.()) ?? model;
      const job = build.explanationComparison(root, first, model, {
        ...explaining(),
        output,
        ...(where === null ? {} : { where }),
        ...(versus === null ? {} : { versus }),
      });
      return await jobs.compareExplanations(job, first, model, following(context));
    },
    reasonsOfRow: async ({ row }, context) => {
      const { jobs, model } = await asked(host, source);
      const first = (await source.other?.()) ?? model;
      const [a, b] = [
        await jobs.explainRow(first, row, explaining(), following(context)),
        await jobs.explainRow(model, row, explaining(), following(context)),
      ];
      return { a, b };
    },
    explainRow: async ({ row, method, output, space }, context) => {
      const { jobs, model } = await asked(host, source);
      return await jobs.explainRow(
        model,
        row,
        { ...explaining(), method, output, space },
        following(context),
      );
    },
  };
}
