/** How two JSON values differ, leaf by leaf: "`metrics.roc_auc.min` was 0.7 and is 0.6". */
export function differences(before: unknown, now: unknown): readonly string[] {
  const then = leaves(before, '');
  const today = leaves(now, '');
  return [...new Set([...then.keys(), ...today.keys()])].sort().flatMap(path => {
    const [was, is] = [then.get(path), today.get(path)];
    if (was === is) return [];
    if (was === undefined) return [`\`${path}\` is ${is!} and was not there`];
    if (is === undefined) return [`\`${path}\` was ${was} and is gone`];
    return [`\`${path}\` was ${was} and is ${is}`];
  });
}

function leaves(value: unknown, path: string): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value ?? null)]]);
  if (Array.isArray(value)) return new Map([[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .flatMap(([key, item]) => [...leaves(item, path === '' ? key : `${path}.${key}`)]),
  );
}
