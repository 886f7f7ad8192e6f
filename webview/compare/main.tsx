import 'vscode-jsonrpc/browser';
import '../styles/pages.css';
import { mount } from '../components/page.tsx';
import { CompareView } from './page.tsx';

mount('compare', CompareView);
