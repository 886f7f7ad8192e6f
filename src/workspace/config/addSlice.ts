import { isMap, parseDocument } from 'yaml';
import { BadInput } from '../../core/failure.ts';

/**
 * The text of a slipway.yaml with a slice in the policy of a model; what else it holds stays as it is.
 * @throws BadInput where the text cannot be read, has no such model, or has the slice already
 */
export function withSlice(text: string, model: string, name: string, where: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new BadInput('config', 'slipway.yaml has mistakes. Mend them, and save the slice again.');
  if (!isMap(document.getIn(['models', model], true)))
    throw new BadInput('config', `slipway.yaml names no model \`${model}\`. Add it under \`models\`.`);
  const path = ['models', model, 'policy', 'slices', name];
  if (document.hasIn(path) || document.hasIn(['policy', 'slices', name]))
    throw new BadInput('config', `There is a slice \`${name}\` already. Choose another name.`);
  document.setIn(path, { where });
  return document.toString({ lineWidth: 0, flowCollectionPadding: text.includes('{ ') });
}
