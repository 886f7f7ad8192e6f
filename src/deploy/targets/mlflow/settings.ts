import * as z from 'zod';
import { keep, secretName } from '../settings.ts';

/** Settings of an `mlflow` target: the model registry of a tracking server. */
export const mlflowSettings = z
  .strictObject({
    kind: z.literal('mlflow'),
    url: z
      .url({ protocol: /^https?$/ })
      .describe('The tracking server, such as `https://mlflow.example.org`.'),
    model: z.string().min(1).describe('The model this target is for, by its name under `models`.'),
    name: z
      .string()
      .regex(/^[^/:'"]+$/, "A name without `/`, `:` and quotes, as MLflow's own addresses need it.")
      .optional()
      .describe('Its name in the registry; that of the model without it.'),
    alias: z
      .string()
      .regex(
        /^(?!latest$|v\d+$)[\w-]+$/i,
        'Letters, digits, `_` and `-`; not `latest` or `v1`, which MLflow keeps.',
      )
      .default('champion')
      .describe('The alias that names the live version, as in `models:/name@champion`: a release moves it.'),
    experiment: z
      .string()
      .min(1)
      .default('slipway')
      .describe('The experiment with a run for each version, which holds its files; made when missing.'),
    token: secretName
      .optional()
      .describe(
        'The name of the secret that holds the token; without it, MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, of the environment.',
      ),
    keep,
  })
  .describe('A model registry of MLflow: versions with the ONNX flavour, and an alias that a release moves.');
export type MlflowSettings = z.infer<typeof mlflowSettings>;
