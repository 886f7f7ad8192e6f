import 'vscode-jsonrpc/browser';
import '../styles/pages.css';
import { mount } from '../components/page.tsx';
import { TargetView } from './page.tsx';

mount('target', TargetView);
