import * as z from 'zod';

export const doctor = z.object({
  schema: z.literal('slipway/doctor@1'),
  targets: z.array(
    z.object({
      target: z.string(),
      findings: z.array(
        z.object({
          ok: z.boolean().describe('false: a deployment would be refused'),
          what: z.string(),
          mend: z.string().nullable().describe('What to do about it; null when there is nothing to do'),
        }),
      ),
    }),
  ),
});
export type DoctorDocument = z.infer<typeof doctor>;
