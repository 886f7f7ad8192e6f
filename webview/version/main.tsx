import 'vscode-jsonrpc/browser';
import '../styles/pages.css';
import { mount } from '../components/page.tsx';
import { VersionView } from './page.tsx';

mount('version', VersionView);
