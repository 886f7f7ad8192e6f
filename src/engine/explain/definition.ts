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
    case 'owen-exact':
    case 'owen-permutation':
      return (
        'Owen values against the background: as Shapley values, but columns of a group are shown and hidden one after ' +
        "another, so that a column's value is its part in what its group explains."
      );
    case 'integrated-gradients':
    case 'expected-gradients':
      return (
        'Gradients along the straight way from background rows to the row, times how far each column goes on it ' +
        '(integrated gradients, averaged over the background): Aumann-Shapley values.'
      );
    default:
      return rescaled
        ? `${interventional} They are those of the margin, rescaled to the answer against each background row.`
        : interventional;
  }
}
