import 'vscode-jsonrpc/browser';
import '../components/base.css';
import { mount } from '../components/page.tsx';
import { TargetView } from './page.tsx';

mount('target', TargetView);
