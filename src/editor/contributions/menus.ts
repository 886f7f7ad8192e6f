import { commandDefinitions, commandIds, type CommandId } from './commands.ts';
import { contextKeys, trusted, views } from './names.ts';

interface MenuItem {
  readonly command: CommandId;
  readonly when: string;
  readonly group?: string;
}

const onVersion = `view == ${views.models} && viewItem == version`;
/** A version, or predictions that stand in place of one. */
const onSubject = `view == ${views.models} && viewItem =~ /^(version|saved)$/`;
const onModel = `view == ${views.models} && viewItem == model`;
const onTarget = `view == ${views.targets} && viewItem =~ /^target/`;
const onCanary = `view == ${views.targets} && viewItem == target.canary`;
const onRelease = `view == ${views.targets} && viewItem =~ /^release/`;

/** Which command is offered where, on what. */
export const menus: Readonly<Record<string, readonly MenuItem[]>> = {
  'view/title': [
    {
      command: 'slipway.compare',
      when: `view == ${views.models} && ${contextKeys.state} == ready && ${trusted}`,
      group: 'navigation@1',
    },
    { command: 'slipway.refresh', when: `view == ${views.models}`, group: 'navigation@2' },
    { command: 'slipway.refresh', when: `view == ${views.targets}`, group: 'navigation@2' },
    { command: 'slipway.openConfig', when: `view == ${views.models}`, group: '1_config@1' },
    { command: 'slipway.openConfig', when: `view == ${views.targets}`, group: '1_config@1' },
    { command: 'slipway.showLog', when: `view == ${views.models}`, group: '2_engine@1' },
    {
      command: 'slipway.restartEngine',
      when: `view == ${views.models} && ${trusted}`,
      group: '2_engine@2',
    },
  ],
  'view/item/context': [
    {
      command: 'slipway.validate',
      when: `${onSubject} && ${trusted} && !listMultiSelection`,
      group: 'inline@1',
    },
    {
      command: 'slipway.explain',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: 'inline@2',
    },
    {
      command: 'slipway.deploy',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: 'inline@3',
    },
    { command: 'slipway.openVersion', when: `${onSubject} && !listMultiSelection`, group: '1_open@1' },
    { command: 'slipway.openData', when: `${onSubject} && !listMultiSelection`, group: '1_open@2' },
    { command: 'slipway.reveal', when: `${onSubject} && !listMultiSelection`, group: '1_open@3' },
    {
      command: 'slipway.validate',
      when: `${onSubject} && ${trusted} && !listMultiSelection`,
      group: '2_run@1',
    },
    {
      command: 'slipway.explain',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '2_run@2',
    },
    {
      command: 'slipway.review',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '2_run@3',
    },
    {
      command: 'slipway.exportReport',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '2_run@4',
    },
    {
      command: 'slipway.compare',
      when: `${onSubject} && ${trusted} && listMultiSelection && listDoubleSelection`,
      group: '3_compare@1',
    },
    {
      command: 'slipway.compareWithLive',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '3_compare@2',
    },
    {
      command: 'slipway.selectForCompare',
      when: `${onSubject} && !listMultiSelection`,
      group: '3_compare@3',
    },
    {
      command: 'slipway.compareWithSelected',
      when: `${onSubject} && ${trusted} && !listMultiSelection && ${contextKeys.selected}`,
      group: '3_compare@4',
    },
    {
      command: 'slipway.deploy',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '4_deploy@1',
    },
    {
      command: 'slipway.deployCanary',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '4_deploy@3',
    },
    {
      command: 'slipway.dryRun',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '4_deploy@2',
    },
    {
      command: 'slipway.crossValidate',
      when: `${onSubject} && ${trusted} && !listMultiSelection`,
      group: '3_compare@5',
    },
    { command: 'slipway.crossValidate', when: `${onModel} && ${trusted}`, group: '3_compare@2' },
    { command: 'slipway.rank', when: `${onModel} && ${trusted}`, group: '3_compare@3' },
    { command: 'slipway.copyDigest', when: `${onSubject} && !listMultiSelection`, group: '5_copy@1' },
    { command: 'slipway.compare', when: `${onModel} && ${trusted}`, group: '3_compare@1' },
    { command: 'slipway.openData', when: onModel, group: '1_open@1' },
    { command: 'slipway.openTarget', when: `${onTarget} && ${trusted}`, group: 'inline@1' },
    {
      command: 'slipway.rollBack',
      when: `${onTarget} && !(viewItem == target.canary) && ${trusted}`,
      group: 'inline@2',
    },
    { command: 'slipway.promote', when: `${onCanary} && ${trusted}`, group: 'inline@2' },
    { command: 'slipway.rollBackCanary', when: `${onCanary} && ${trusted}`, group: 'inline@3' },
    { command: 'slipway.promote', when: `${onCanary} && ${trusted}`, group: '3_canary@1' },
    { command: 'slipway.rollBackCanary', when: `${onCanary} && ${trusted}`, group: '3_canary@2' },
    { command: 'slipway.pauseCanary', when: `${onCanary} && ${trusted}`, group: '3_canary@3' },
    { command: 'slipway.watchCanary', when: `${onCanary} && ${trusted}`, group: '3_canary@4' },
    { command: 'slipway.openTarget', when: `${onTarget} && ${trusted}`, group: '1_open@1' },
    { command: 'slipway.doctor', when: `${onTarget} && ${trusted}`, group: '1_open@3' },
    { command: 'slipway.openData', when: `${onTarget} && ${trusted}`, group: '1_open@4' },
    { command: 'slipway.openEndpoint', when: `${onTarget} && ${trusted}`, group: '1_open@2' },
    { command: 'slipway.deploy', when: `${onTarget} && ${trusted}`, group: '4_deploy@1' },
    { command: 'slipway.deployCanary', when: `${onTarget} && ${trusted}`, group: '4_deploy@3' },
    { command: 'slipway.rollBack', when: `${onTarget} && ${trusted}`, group: '4_deploy@2' },
    { command: 'slipway.removeFromTarget', when: `${onTarget} && ${trusted}`, group: '9_remove@1' },
    {
      command: 'slipway.rollBack',
      when: `view == ${views.targets} && viewItem == release.earlier && ${trusted}`,
      group: 'inline@1',
    },
    { command: 'slipway.openTarget', when: `${onRelease} && ${trusted}`, group: '1_open@1' },
    { command: 'slipway.copyDigest', when: onRelease, group: '5_copy@1' },
  ],
  'explorer/context': [
    { command: 'slipway.validate', when: `resourceExtname == .onnx && ${trusted}`, group: '7_slipway@1' },
    { command: 'slipway.explain', when: `resourceExtname == .onnx && ${trusted}`, group: '7_slipway@2' },
    { command: 'slipway.deploy', when: `resourceExtname == .onnx && ${trusted}`, group: '7_slipway@3' },
    {
      command: 'slipway.openData',
      when: `resourceExtname =~ /^\\.(csv|tsv|parquet|jsonl|ndjson)$/ && ${trusted}`,
      group: '7_slipway@1',
    },
  ],
  commandPalette: commandIds
    .filter(id => commandDefinitions[id].hidden === true)
    .map(command => ({ command, when: 'false' })),
};
