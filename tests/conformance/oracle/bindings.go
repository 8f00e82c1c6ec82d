package main

import (
	"context"

	elbv2api "sigs.k8s.io/aws-load-balancer-controller/v3/apis/elbv2/v1beta1"
	lbcmetrics "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/metrics/lbc"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/webhook"
	elbv2webhook "sigs.k8s.io/aws-load-balancer-controller/v3/webhooks/elbv2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/go-logr/logr"
)

// BindingAnswer says what the webhooks have against a TargetGroupBinding, and what they write into it if nothing.
type BindingAnswer struct {
	Admission string                           `json:"admission,omitempty"`
	Spec      *elbv2api.TargetGroupBindingSpec `json:"spec,omitempty"`
}

// bindingWebhooks are those that a TargetGroupBinding passes when it is created.
type bindingWebhooks struct {
	mutator   webhook.Mutator
	validator webhook.Validator
	admitted  *admittedBindings
}

// admittedBindings is a cluster that knows the TargetGroupBindings that were let in so far.
type admittedBindings struct {
	client.Client
	bindings []elbv2api.TargetGroupBinding
}

func (c *admittedBindings) List(ctx context.Context, into client.ObjectList, options ...client.ListOption) error {
	if bindings, ok := into.(*elbv2api.TargetGroupBindingList); ok {
		bindings.Items = c.bindings
		return nil
	}
	return c.Client.List(ctx, into, options...)
}

func newBindingWebhooks(facts Facts, k8s client.Client, metrics lbcmetrics.MetricCollector) bindingWebhooks {
	admitted := &admittedBindings{Client: k8s}
	elb := elbv2{facts: facts}
	return bindingWebhooks{
		mutator:   elbv2webhook.NewTargetGroupBindingMutator(elb, logr.Discard(), metrics),
		validator: elbv2webhook.NewTargetGroupBindingValidator(admitted, elb, facts.VPC, logr.Discard(), metrics),
		admitted:  admitted,
	}
}

// answerBindings creates the TargetGroupBindings in the order in which they are written.
func (c Controller) answerBindings(ctx context.Context, cluster Cluster, answer Answer) {
	for _, binding := range cluster.bindings {
		created := binding.DeepCopy()
		refused := guarded(func() error {
			if _, err := c.bindings.mutator.MutateCreate(ctx, created); err != nil {
				return err
			}
			return c.bindings.validator.ValidateCreate(ctx, created)
		})
		mine := BindingAnswer{Admission: text(refused)}
		if refused == nil {
			mine.Spec = &created.Spec
			c.bindings.admitted.bindings = append(c.bindings.admitted.bindings, *created)
		}
		answer.Bindings[client.ObjectKeyFromObject(binding).String()] = mine
	}
}
