import 'vscode-jsonrpc/browser';
import '../styles/pages.css';
import { mount } from '../components/page.tsx';
import { TrialsView } from './page.tsx';

mount('trials', TrialsView);
