import 'vscode-jsonrpc/browser';
import '../components/base.css';
import { mount } from '../components/page.tsx';
import { CompareView } from './page.tsx';

mount('compare', CompareView);
