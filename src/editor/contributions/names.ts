/** Names by which the editor knows what is ours. */

export const views = { models: 'slipway.models', targets: 'slipway.targets' } as const;
export const onnxEditorType = 'slipway.onnx';
export const panelTypes = {
  version: 'slipway.version',
  compare: 'slipway.compare',
  target: 'slipway.target',
  data: 'slipway.data',
  trials: 'slipway.trials',
} as const;

/** The kind of the tasks that train models. */
export const taskType = 'slipway';

/** Context keys that `when` clauses below read. */
export const contextKeys = {
  /** no-folder | loading | empty | ready */
  state: 'slipway.state',
  /** A version was chosen with "Select for Compare". */
  selected: 'slipway.selectedForCompare',
} as const;

/** The editor's own context key: the folder may run things. */
export const trusted = 'isWorkspaceTrusted';
