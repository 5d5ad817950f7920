// Says what CircleCI's language server takes for errors in files: `path:line:column: message`.
//
// It is built inside a checkout of the server: see tests/test_oracles_circleci.py.
package main

import (
	"fmt"
	"os"

	"github.com/CircleCI-Public/circleci-yaml-language-server/pkg/services"
	"github.com/CircleCI-Public/circleci-yaml-language-server/pkg/utils"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

func main() {
	for _, path := range os.Args[1:] {
		content, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		context := &utils.LsContext{Api: utils.ApiContext{HostUrl: "https://circleci.com"}}
		cache := utils.CreateCache()
		file := uri.File(path)
		cache.FileCache.SetFile(utils.CachedFile{
			TextDocument: protocol.TextDocumentItem{URI: file, Text: string(content)},
			EnvVariables: make([]string, 0),
		})
		found, err := languageservice.DiagnosticFile(file, cache, context, "")
		if err != nil {
			fmt.Printf("%s:1:1: %v\n", path, err)
		}
		for _, one := range found {
			if one.Severity == protocol.DiagnosticSeverityError {
				at := one.Range.Start
				fmt.Printf("%s:%d:%d: %s\n", path, at.Line+1, at.Character+1, one.Message)
			}
		}
	}
}
