/**
 * The name a version goes by for its tags: GTO's `name@v1.2.3` gives `v1.2.3` when the name is the model's;
 * another tag stands for itself. GTO's stages (`name#prod#1`), withdrawn tags (`!`) and tags of other models
 * name nothing. @see https://dvc.org/doc/gto/user-guide
 */
export function versionOfTag(tag: string, model: string): string | null {
  if (/[#!]/.test(tag)) return null;
  const at = tag.lastIndexOf('@');
  if (at === -1) return tag;
  const name = tag.slice(0, at);
  return name === model || name.endsWith(`/${model}`) ? tag.slice(at + 1) : null;
}

/** The tag's version, else the short commit. */
export function versionOfCommit(commit: string, tags: readonly string[], model: string): string {
  for (const tag of tags) {
    const version = versionOfTag(tag, model);
    if (version !== null) return version;
  }
  return commit.slice(0, 7);
}
