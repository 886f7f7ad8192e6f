/** The commands: their titles, icons, and where each is offered. */

interface CommandDefinition {
  readonly title: string;
  readonly icon?: string;
  /** Runs nothing and changes nothing, so it is offered in an untrusted folder too. */
  readonly untrusted?: boolean;
  /** Needs a tree item, so the command palette does not offer it. */
  readonly hidden?: boolean;
}

const defined = {
  'slipway.validate': { title: 'Validate', icon: '$(verified)' },
  'slipway.explain': { title: 'Explain', icon: '$(lightbulb)' },
  'slipway.review': { title: 'Review', icon: '$(checklist)' },
  'slipway.exportReport': { title: 'Export Report...', icon: '$(export)' },
  'slipway.deploy': { title: 'Deploy...', icon: '$(rocket)' },
  'slipway.deployCanary': { title: 'Deploy as Canary...', icon: '$(git-branch)' },
  'slipway.dryRun': { title: 'Plan a Deployment (Dry Run)...', icon: '$(list-ordered)' },
  'slipway.compare': { title: 'Compare Versions...', icon: '$(diff)' },
  'slipway.selectForCompare': { title: 'Select for Compare', untrusted: true, hidden: true },
  'slipway.compareWithSelected': { title: 'Compare with Selected', hidden: true },
  'slipway.compareWithLive': { title: 'Compare with Live...' },
  'slipway.crossValidate': { title: 'Cross-Validate', icon: '$(split-horizontal)' },
  'slipway.rank': { title: 'Rank Candidates', icon: '$(list-ordered)' },
  'slipway.openVersion': {
    title: 'Open Version',
    icon: '$(go-to-file)',
    untrusted: true,
  },
  'slipway.openValidation': { title: 'Open Validation', untrusted: true, hidden: true },
  'slipway.previewPolicy': { title: 'Preview the Policy', icon: '$(eye)', untrusted: true },
  'slipway.openTarget': { title: 'Open Target', icon: '$(server-environment)' },
  'slipway.doctor': { title: 'Check Target', icon: '$(pulse)' },
  'slipway.openEndpoint': { title: 'Open Endpoint', icon: '$(link-external)', hidden: true },
  'slipway.rollBack': { title: 'Roll Back...', icon: '$(discard)' },
  'slipway.promote': { title: 'Promote Canary...', icon: '$(arrow-up)' },
  'slipway.pauseCanary': { title: 'Pause Canary', icon: '$(debug-pause)' },
  'slipway.watchCanary': { title: 'Watch Canary', icon: '$(eye)' },
  'slipway.rollBackCanary': { title: 'Roll Back Canary...', icon: '$(discard)' },
  'slipway.setSecret': { title: 'Set Secret...', icon: '$(key)' },
  'slipway.forgetSecret': { title: 'Forget Secret...', icon: '$(key)' },
  'slipway.removeFromTarget': { title: 'Remove from Target...', icon: '$(trash)' },
  'slipway.openData': { title: 'Open Data', icon: '$(table)', untrusted: true },
  'slipway.copyDigest': { title: 'Copy Digest', untrusted: true, hidden: true },
  'slipway.reveal': { title: 'Reveal in Explorer', untrusted: true, hidden: true },
  'slipway.showMore': { title: 'Show More Versions', untrusted: true, hidden: true },
  'slipway.createConfig': { title: 'Create slipway.yaml', icon: '$(new-file)' },
  'slipway.openConfig': { title: 'Open slipway.yaml', icon: '$(go-to-file)', untrusted: true },
  'slipway.refresh': { title: 'Refresh', icon: '$(refresh)', untrusted: true },
  'slipway.showLog': { title: 'Show Log', icon: '$(output)', untrusted: true },
  'slipway.restartEngine': { title: 'Start the Engine Again', icon: '$(debug-restart)' },
} as const satisfies Readonly<Record<string, CommandDefinition>>;

export type CommandId = keyof typeof defined;
export const commandDefinitions: Readonly<Record<CommandId, CommandDefinition>> = defined;
export const commandIds = Object.keys(defined) as readonly CommandId[];
