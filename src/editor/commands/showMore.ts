import type { CommandHandler } from './command.ts';
import { textField } from './subject.ts';

export const showMore: CommandHandler = ({ models }, argument) => {
  const model = textField(argument, 'model');
  if (model !== undefined) models.showMore(model);
};
