// Command oracle is the judge: it runs the AWS Load Balancer Controller's own code on Kubernetes objects and facts about AWS,
// and prints what the controller would build of them.
//
// It reads cases from standard input, one JSON object a line, and prints one answer a line, in the same order. A case that
// cannot be judged gets an answer that says why; it never ends the program.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log"
	"os"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

func main() {
	klog.SetLogger(logr.Discard())
	ctrllog.SetLogger(logr.Discard())
	patience := flag.Int("patience", 96, "how many builds in a row bring no new error before a group that fails is given up")
	flag.Parse()
	if err := judgeAll(os.Stdin, os.Stdout, *patience); err != nil {
		log.Fatal(err)
	}
}

// judgeAll answers line by line; whoever asks may wait for an answer before it sends the next case.
func judgeAll(in io.Reader, out io.Writer, patience int) error {
	lines := bufio.NewReaderSize(in, 1<<20)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if err := answers.Encode(judge(line, patience)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
