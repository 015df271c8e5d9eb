// The members that declarations name, as TypeScript reads them.

import ts from 'typescript5';

/** For each interface and class that these files export, the names of its members, those that it inherits included. */
export async function members(files) {
  const program = ts.createProgram(files, { target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], skipLibCheck: true });
  const checker = program.getTypeChecker();
  const all = {};
  for (const file of files)
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)))) {
      const type = checker.getDeclaredTypeOfSymbol(exported);
      all[exported.name] = type.getProperties().map(({ name }) => name).filter((name) => !name.startsWith('__'));
    }
  return all;
}
