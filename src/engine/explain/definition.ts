const interventional =
  'Shapley values against the background: columns outside a coalition take the values of background rows.';

/**
 * What the attributions of a method are, in a sentence.
 * @param rescaled values of the margin, in the units of the score
 */
export function definitionOf(method: string, rescaled: boolean): string {
  switch (method) {
    case 'tree-path':
      return (
        'Path-dependent Shapley values: a test of a column outside a coalition is answered by the shares of the ' +
        'background rows at that split; at a split that no background row reaches, half goes each way.'
      );
    default:
      return rescaled
        ? `${interventional} They are those of the margin, rescaled to the answer against each background row.`
        : interventional;
  }
}
