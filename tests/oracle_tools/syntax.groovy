// The faults in the syntax of files, one line each. Compiling to this phase runs nothing.
import org.codehaus.groovy.control.*

int bad = 0
args.each { path ->
    def unit = new CompilationUnit()
    unit.addSource(new File(path))
    try {
        unit.compile(Phases.CONVERSION)
    } catch (MultipleCompilationErrorsException faults) {
        bad++
        faults.errorCollector.errors.each {
            println "${path}:${it.cause.startLine}:${it.cause.startColumn}: ${it.cause.originalMessage}"
        }
    }
}
System.exit(bad ? 1 : 0)
