// Starts `rig dap` for each session. There is nothing to build.
const vscode = require('vscode');

const HERE = { type: 'rig', request: 'launch', name: 'Step through this scenario', program: '${file}', line: '${lineNumber}', stopOnEntry: true };

exports.activate = context => {
  const adapter = {
    createDebugAdapterDescriptor(session) {
      const program = vscode.workspace.getConfiguration('rig').get('program');
      const cwd = session.workspaceFolder?.uri.fsPath;
      return new vscode.DebugAdapterExecutable(program, ['dap'], { cwd });
    },
  };
  // Without a launch.json, F5 in a feature steps through the scenario under the cursor.
  const configurations = {
    provideDebugConfigurations: () => [HERE],
    resolveDebugConfiguration: (_, given) => (given.type ? given : HERE),
  };
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory('rig', adapter),
    vscode.debug.registerDebugConfigurationProvider('rig', configurations),
  );
};
