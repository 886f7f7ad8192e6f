import 'vscode-jsonrpc/browser';
import '../components/base.css';
import { mount } from '../components/page.tsx';
import { VersionView } from './page.tsx';

mount('version', VersionView);
