@phone
Feature: Order a code display, an audio code reader or a chip
  The guide, step 5, part 3, items 4 and 5: "No" leads to the order and its end, "Yes" to the activation.

  Scenario: The question offers each of the ways
    Given step 5 of the guide on the phone that scanned my passport
    Then the screen "How do you want to authenticate with MitID?" offers "On this phone" [S5.0.1]
    And the screen "How do you want to authenticate with MitID?" offers "App on another phone/tablet" [S5.0.1]
    And the screen "How do you want to authenticate with MitID?" offers "Code display, audio code reader, or chip" [S5.0.1]

  Scenario Outline: Without a device, "<device>" is ordered to the end
    Given step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    And I scroll down and tap "<device>" [S5.C.2]
    And I tap "No, order"
    Then I see the message "Order MitID" [S5.C.4]
    When I tap "Order" [S5.C.4]
    Then I see the message "Your order is received" [S5.C.4]

    Examples:
      | device                   |
      | Select code display      |
      | Select audio code reader |

  @chip
  Scenario: Without a chip, one is ordered to the end
    Given step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    And I scroll down and tap "Select chip" [S5.C.2]
    And I tap "No, order"
    Then I see the message "Order MitID" [S5.C.4]
    When I tap "Order" [S5.C.4]
    Then I see the message "Your order is received" [S5.C.4]

  Scenario Outline: With a device, "<device>" leads to its activation
    Given step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    And I scroll down and tap "<device>" [S5.C.2]
    And I tap "Yes, activate"
    Then I see the message "Create a personal password" [S5.C.5a]

    Examples:
      | device                   |
      | Select code display      |
      | Select audio code reader |

  @display @uses-device
  Scenario: What is ordered is not usable before it is activated
    Given a code display that holds its test key and the right time
    And step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    And I scroll down and tap "Select code display" [S5.C.2]
    And I tap "No, order"
    And I tap "Order"
    Then I see the message "Your order is received" [S5.C.4]
    Given the guide followed as far as the code
    When I log in with the password and a new code
    Then the login is refused [S5.C.9]
    Given my code display is activated
    When I log in with the password and a new code
    Then I am logged in [S5.C.9]
