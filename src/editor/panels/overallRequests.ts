import type { OverallPageRequests } from '../../protocol/overallPages.ts';
import type { Handlers } from '../../protocol/transport.ts';
import type { Host } from '../host.ts';
import { asked } from './asked.ts';
import { following } from './following.ts';
import type { PageSource } from './source.ts';

/** Questions about columns over all rows: put to the engine, their results stored as those of the command line. */
export function overallRequests(host: Host, source: PageSource): Handlers<OverallPageRequests> {
  return {
    effects: async ({ where, features, ...choice }, context) => {
      const { jobs, model } = await asked(host, source);
      const overrides = {
        ...choice,
        ...(where === null ? {} : { where }),
        ...(features === null ? {} : { features }),
      };
      return await jobs.effects(model, overrides, following(context));
    },
  };
}
