package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	elbv2sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbv2types "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/aws/services"
)

// elbv2 answers for an account that has no load balancers yet.
type elbv2 struct {
	services.ELBV2
	facts Facts
}

func (s elbv2) DescribeLoadBalancersAsList(context.Context, *elbv2sdk.DescribeLoadBalancersInput) ([]elbv2types.LoadBalancer, error) {
	return nil, nil
}

// AssumeRole answers for the account of the role, of which is known what is stated with its number in the ARN.
func (s elbv2) AssumeRole(_ context.Context, role string, _ string) (services.ELBV2, error) {
	if role == "" {
		return s, nil
	}
	s.facts.TargetGroups = slices.DeleteFunc(slices.Clone(s.facts.TargetGroups), func(group TargetGroup) bool {
		return account(group.ARN) != account(role)
	})
	return s, nil
}

func account(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 4 {
		return parts[4]
	}
	return ""
}

// DescribeTargetGroupsAsList answers to names or ARNs, all of which there must be.
func (s elbv2) DescribeTargetGroupsAsList(_ context.Context, in *elbv2sdk.DescribeTargetGroupsInput) ([]elbv2types.TargetGroup, error) {
	for _, arn := range in.TargetGroupArns {
		if !strings.HasPrefix(arn, "arn:") {
			return nil, refusal("ValidationError", "'"+arn+"' is not a valid target group ARN")
		}
	}
	var out []elbv2types.TargetGroup
	for _, group := range s.facts.TargetGroups {
		if slices.Contains(in.Names, group.Name) || slices.Contains(in.TargetGroupArns, group.ARN) {
			out = append(out, elbv2types.TargetGroup{
				TargetGroupArn:  awssdk.String(group.ARN),
				TargetGroupName: awssdk.String(group.Name),
				TargetType:      elbv2types.TargetTypeEnum(cmp.Or(group.TargetType, "ip")),
				Protocol:        elbv2types.ProtocolEnum(cmp.Or(group.Protocol, "TCP")),
				IpAddressType:   elbv2types.TargetGroupIpAddressTypeEnum(cmp.Or(group.IPAddressType, "ipv4")),
				VpcId:           awssdk.String(cmp.Or(group.VPC, s.facts.VPC)),
			})
		}
	}
	if len(out) < len(in.Names)+len(in.TargetGroupArns) {
		return nil, &elbv2types.TargetGroupNotFoundException{Message: awssdk.String("One or more target groups not found")}
	}
	return out, nil
}

func (s elbv2) DescribeTrustStoresWithContext(_ context.Context, in *elbv2sdk.DescribeTrustStoresInput) (*elbv2sdk.DescribeTrustStoresOutput, error) {
	found, all := s.named(s.facts.TrustStores, in.Names)
	if !all {
		return nil, &elbv2types.TrustStoreNotFoundException{Message: awssdk.String("One or more trust stores not found")}
	}
	var out elbv2sdk.DescribeTrustStoresOutput
	for _, store := range found {
		out.TrustStores = append(out.TrustStores, elbv2types.TrustStore{
			TrustStoreArn: awssdk.String(store.ARN), Name: awssdk.String(store.Name),
		})
	}
	return &out, nil
}

// named finds what bears one of the names, and says whether every name was found.
func (elbv2) named(facts []Named, names []string) (found []Named, all bool) {
	seen := map[string]bool{}
	for _, fact := range facts {
		if slices.Contains(names, fact.Name) {
			found = append(found, fact)
			seen[fact.Name] = true
		}
	}
	return found, !slices.ContainsFunc(names, func(name string) bool { return !seen[name] })
}
