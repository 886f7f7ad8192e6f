import * as z from 'zod';
import { keep, model, secretName } from '../settings.ts';

/** Settings of an `oci` target: model artifacts in a registry, as CNCF ModelPack. */
export const ociSettings = z
  .strictObject({
    kind: z.literal('oci'),
    repository: z
      .string()
      .regex(
        /^[A-Za-z0-9.-]+(:\d+)?(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+$/,
        'A repository is registry/name, such as `ghcr.io/acme/credit-risk`.',
      )
      .describe('The registry and the repository in it, such as `ghcr.io/acme/credit-risk`.'),
    model,
    tag: z
      .string()
      .regex(/^\w[\w.-]{0,39}$/, 'A tag has letters, digits, `_`, `.` and `-`, at most 40.')
      .default('live')
      .describe('The tag that names the live version: a release moves it.'),
    username: z.string().min(1).optional().describe('Who asks; without it, nobody in particular.'),
    password: secretName.optional().describe('Name of the secret with the password of `username`.'),
    token: secretName
      .optional()
      .describe('Name of the secret with a bearer token, in place of `username` and `password`.'),
    http: z
      .boolean()
      .optional()
      .describe('Whether to speak http; without it, https, and http only on this machine.'),
    keep,
  })
  .describe(
    'A registry that keeps model artifacts (CNCF ModelPack): other tools pull what the tag names, or its digest.',
  );
export type OciSettings = z.infer<typeof ociSettings>;
