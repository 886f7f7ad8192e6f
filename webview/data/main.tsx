import 'vscode-jsonrpc/browser';
import '../styles/pages.css';
import './data.css';
import { mount } from '../components/page.tsx';
import { DataView } from './page.tsx';

mount('data', DataView);
