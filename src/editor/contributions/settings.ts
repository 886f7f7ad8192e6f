interface SettingDefinition {
  readonly type: 'number' | 'boolean';
  readonly default: number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly markdownDescription: string;
}

export const settings = {
  'slipway.engine.memoryLimit': {
    type: 'number',
    default: 4096,
    minimum: 256,
    markdownDescription:
      'Megabytes of memory the engine may use. Above it the engine is stopped, the running job ends with a message, and nothing else is lost.',
  },
  'slipway.validate.resamples': {
    type: 'number',
    default: 1000,
    minimum: 100,
    maximum: 100_000,
    markdownDescription: 'Bootstrap resamples behind the intervals of metrics.',
  },
  'slipway.explain.rows': {
    type: 'number',
    default: 50,
    minimum: 1,
    maximum: 1000,
    markdownDescription: 'Rows explained: a seeded sample of the holdout of this size.',
  },
  'slipway.explain.budget': {
    type: 'number',
    default: 256,
    minimum: 64,
    markdownDescription:
      'Coalitions for each row when attributions are sampled, at most, each evaluated on the background. More of them, smaller errors. Where `#slipway.explain.precision#` or `#slipway.explain.tolerance#` is set and this is not, 4,096.',
  },
  'slipway.explain.precision': {
    type: 'number',
    default: 0,
    minimum: 0,
    maximum: 1,
    markdownDescription:
      "Sampling of a row stops when its 95 % intervals are this share of the row's largest value (half-width): 0.05 is 5 %. 0: not before the budget is used.",
  },
  'slipway.explain.tolerance': {
    type: 'number',
    default: 0,
    minimum: 0,
    markdownDescription:
      'Sampling of a row stops when its 95 % intervals are this narrow (half-width, in units of the output). 0: not before the budget is used.',
  },
  'slipway.explain.backgroundRows': {
    type: 'number',
    default: 50,
    minimum: 1,
    maximum: 10_000,
    markdownDescription: 'Rows of the background data that explanations compare with.',
  },
  'slipway.deploy.keepRunning': {
    type: 'boolean',
    default: true,
    markdownDescription:
      'Whether a `local` target goes on serving after the window is closed, unless slipway.yaml says it for the target.',
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingKey = keyof typeof settings;
export type SettingValue<K extends SettingKey> = (typeof settings)[K]['type'] extends 'number'
  ? number
  : boolean;
export const settingDefaults: { readonly [K in SettingKey]: SettingValue<K> } = {
  'slipway.engine.memoryLimit': settings['slipway.engine.memoryLimit'].default,
  'slipway.validate.resamples': settings['slipway.validate.resamples'].default,
  'slipway.explain.rows': settings['slipway.explain.rows'].default,
  'slipway.explain.budget': settings['slipway.explain.budget'].default,
  'slipway.explain.precision': settings['slipway.explain.precision'].default,
  'slipway.explain.tolerance': settings['slipway.explain.tolerance'].default,
  'slipway.explain.backgroundRows': settings['slipway.explain.backgroundRows'].default,
  'slipway.deploy.keepRunning': settings['slipway.deploy.keepRunning'].default,
};
