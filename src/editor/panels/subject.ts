/** What a page is about: enough to open it again after the window was reloaded. */
export type Subject =
  /** A reference as `Workspace.resolve` takes it: `name@version`, or an absolute path. */
  | { readonly page: 'version'; readonly reference: string }
  /** A, what it is compared with; B; and further versions, each against A. */
  | { readonly page: 'compare'; readonly a: string; readonly b: string; readonly more?: readonly string[] }
  | { readonly page: 'target'; readonly target: string }
  /** Absolute path of a data file. */
  | { readonly page: 'data'; readonly file: string }
  /** The name of a model, or the absolute path of one that no name stands for. */
  | { readonly page: 'trials'; readonly model: string };

/** Two subjects with the same key are the same page. */
export function subjectKey(subject: Subject): string {
  switch (subject.page) {
    case 'version':
      return `version ${subject.reference}`;
    case 'compare':
      return ['compare', subject.a, subject.b, ...(subject.more ?? [])].join(' ');
    case 'target':
      return `target ${subject.target}`;
    case 'data':
      return `data ${subject.file}`;
    case 'trials':
      return `trials ${subject.model}`;
  }
}

/** A title made of the subject alone, commits shortened as git does. */
export function subjectTitle(subject: Subject): string {
  switch (subject.page) {
    case 'version':
      return named(subject.reference);
    case 'compare':
      return [subject.a, ...[subject.b, ...(subject.more ?? [])].map(one => besides(subject.a, one))]
        .map(named)
        .join(' ↔ ');
    case 'target':
      return subject.target;
    case 'data':
      return fileName(subject.file);
    case 'trials':
      return `Trials of ${fileName(subject.model)}`;
  }
}

function named(reference: string): string {
  return reference.replace('@', ' ').replace(/\b([0-9a-f]{7})[0-9a-f]{33}$/, '$1');
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** The version alone where the model is that of the first. */
function besides(first: string, reference: string): string {
  const [model] = first.split('@');
  return reference.startsWith(`${model!}@`) ? reference.slice(model!.length + 1) : reference;
}

/** A subject as it was stored; null for anything else. */
export function parseSubject(value: unknown): Subject | null {
  if (typeof value !== 'object' || value === null) return null;
  const { page, reference, a, b, more, target, file, model } = value as Readonly<Record<string, unknown>>;
  if (page === 'version' && typeof reference === 'string') return { page, reference };
  if (page === 'compare' && typeof a === 'string' && typeof b === 'string')
    return Array.isArray(more) && more.length > 0 ? { page, a, b, more: more.map(String) } : { page, a, b };
  if (page === 'target' && typeof target === 'string') return { page, target };
  if (page === 'data' && typeof file === 'string') return { page, file };
  if (page === 'trials' && typeof model === 'string') return { page, model };
  return null;
}
