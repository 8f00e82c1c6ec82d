package main

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/model/core"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// answerServices builds the network load balancers of Services; of those that the controller leaves alone it says nothing.
func (c Controller) answerServices(ctx context.Context, cluster Cluster, answer Answer) {
	if !c.reconcilesServices {
		return
	}
	for _, service := range cluster.services {
		built := c.tried(isDrawn(service), func() Built { return c.service(ctx, service) })
		if built.Stack != nil || built.Error != "" {
			answer.Services[client.ObjectKeyFromObject(service).String()] = built
		}
	}
}

func (c Controller) service(ctx context.Context, service *corev1.Service) (answer Built) {
	answer.Stage = stageBuild
	return answer.of(ctx, func() (core.Stack, error) {
		stack, balancer, _, err := c.services.Build(ctx, service.DeepCopy(), c.metrics)
		if balancer == nil {
			return nil, err
		}
		return stack, err
	})
}

// isDrawn says whether what is built may be up to the order in which Go walks a map: two listeners that forward to one Service
// share a target group, and the one that is built first decides on it.
func isDrawn(service *corev1.Service) bool {
	weighted := 0
	for name := range service.Annotations {
		if strings.HasPrefix(name, serviceAnnotationPrefix+"/actions.") {
			weighted++
		}
	}
	return weighted > 0 && len(service.Spec.Ports) > 1
}
