import 'vscode-jsonrpc/browser';
import '../components/base.css';
import { mount } from '../components/page.tsx';
import { TrialsView } from './page.tsx';

mount('trials', TrialsView);
